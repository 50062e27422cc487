package dev.tollgate.model;

import java.util.Optional;

/** LiteLLM's roles of users, with the words that requests and messages have for them. */
public enum Role {
  PROXY_ADMIN("proxy_admin"),
  PROXY_ADMIN_VIEWER("proxy_admin_viewer"),
  ORG_ADMIN("org_admin"),
  INTERNAL_USER("internal_user"),
  INTERNAL_USER_VIEWER("internal_user_viewer"),
  TEAM("team"),
  CUSTOMER("customer"),
  /** A key without a user. */
  UNKNOWN("unknown");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /** The role of this name; empty for none, and for {@link #UNKNOWN}, which cannot be given. */
  public static Optional<Role> of(String word) {
    for (Role role : values()) {
      if (role != UNKNOWN && role.word.equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
