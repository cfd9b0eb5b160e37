/** The roles of the demo users, changed while the cluster runs: the next request and the next review see them. */
import { SELF_REVIEWS, USERS, type UserName, type Users } from "../api/users.ts";

export class Roles {
  /** Handed to the cluster, which keeps no copy. */
  readonly users: Users = structuredClone(USERS);

  /** From now on `user` may do what `role` may, and nothing else. */
  give(user: UserName, role: UserName): void {
    this.users[user].rules = USERS[role].rules;
  }

  /** From now on `user` may do nothing but ask what it may, which everybody may (system:basic-user). */
  takeAll(user: UserName): void {
    this.users[user].rules = SELF_REVIEWS;
  }

  /** Everyone has the rights again that they began with. */
  restore(): void {
    for (const user of Object.values(this.users)) user.rules = USERS[user.name].rules;
  }
}
