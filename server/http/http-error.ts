/** An answer other than success that a handler decides on. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** A Kubernetes reason: Forbidden, NotFound, BadRequest... */
  readonly code: string;
  constructor(
    readonly httpStatus: number,
    message: string,
    options?: { cause?: unknown; reason?: string; headers?: Record<string, string> },
  ) {
    super(message, options);
    this.code = options?.reason ?? REASONS[httpStatus] ?? "InternalError";
    this.headers = options?.headers ?? {};
  }
  readonly headers: Record<string, string>;
}

/** metav1.StatusReason by HTTP code (apimachinery/pkg/apis/meta/v1/types.go). */
export const REASONS: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  408: "Timeout",
  409: "Conflict",
  413: "RequestEntityTooLarge",
  414: "RequestURITooLong",
  415: "UnsupportedMediaType",
  417: "ExpectationFailed",
  421: "MisdirectedRequest",
  429: "TooManyRequests",
  431: "RequestHeaderFieldsTooLarge",
  500: "InternalError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "Timeout",
};
