/** Of the library's surface what the tests' identity provider needs; its own types are a package that drags in koa's. */
declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  interface Saved {
    save(): Promise<string>;
  }
  interface Grant extends Saved {
    addOIDCScope(scope: string): void;
  }
  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    on(event: "grant.success" | "grant.error", listener: () => void): this;
    readonly Grant: new (
      properties: object,
    ) => Grant;
    readonly RefreshToken: new (
      properties: object,
    ) => Saved;
    readonly Client: { find(id: string): Promise<object> };
  }
}
