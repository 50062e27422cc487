package dev.tollgate.admin;

import dev.tollgate.model.Role;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The callers that {@link RoleTable} names by their letters, with an organisation and a team. */
public final class Cast {
  private Cast() {}

  /** The management API, asked as the master. */
  public interface Api {
    JsonNode post(String path, String body) throws IOException;
  }

  /** Makes organisation {@code o} and team {@code t}; a key of each caller, by its letter. */
  public static Map<Character, String> keys(Api api) throws IOException {
    api.post("/organization/new", "{\"organization_id\":\"o\",\"organization_alias\":\"o\"}");
    Map<Character, String> keys = new LinkedHashMap<>();
    keys.put('A', user(api, "admin", Role.PROXY_ADMIN));
    keys.put('V', user(api, "viewer", Role.PROXY_ADMIN_VIEWER));
    keys.put('O', user(api, "org-admin", Role.ORG_ADMIN));
    keys.put('U', user(api, "user", Role.INTERNAL_USER));
    keys.put('L', user(api, "looker", Role.INTERNAL_USER_VIEWER));
    keys.put('T', api.post("/key/generate", "{}").path("key").asString());
    api.post("/team/new", "{\"team_id\":\"t\"}");
    return keys;
  }

  private static String user(Api api, String id, Role role) throws IOException {
    String body = "{\"user_id\":\"%s\",\"user_role\":\"%s\"}".formatted(id, role.word());
    return api.post("/user/new", body).path("key").asString();
  }
}
