/** The version of this build, from package.json. */
import { version } from "../package.json";

export const VERSION = version;
