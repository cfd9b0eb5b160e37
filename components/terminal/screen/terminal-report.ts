/**
 * What a terminal sends by itself, without a person: answers to queries in the output (device attributes, cursor
 * position, modes, settings, colours) and reports of focus and mouse. Everything else is typing.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins every report
const CSI_REPORT = /^\x1b\[(?:[?>=]?[\d;:]*(?:[cnRxt]|\$y|u)|[IO]|<[\d;]+[Mm]|M[\s\S]{3})$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: DCS and OSC answers end in ST or BEL
const STRING_REPORT = /^\x1b[P\]][^\x1b\x07]*(?:\x1b\\|\x07)$/;

export function isTerminalReport(data: string): boolean {
  return CSI_REPORT.test(data) || STRING_REPORT.test(data);
}
