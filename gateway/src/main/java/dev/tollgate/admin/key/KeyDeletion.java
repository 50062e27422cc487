package dev.tollgate.admin.key;

import dev.tollgate.access.Access;
import dev.tollgate.access.Keys;
import dev.tollgate.admin.form.FieldReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Removing keys. Thread-safe. */
final class KeyDeletion {
  private final Access access;
  private final Keys keys;

  KeyDeletion(Access access) {
    this.access = access;
    this.keys = access.keys();
  }

  Answer delete(Query query) {
    Map<String, String> wanted = wanted(Form.document(query.body()));
    KeyRights rights = new KeyRights(new Rights(query, access.tenants()), access, query.path());
    wanted.keySet().forEach(hash -> keys.find(hash).ifPresent(rights::mustChange));
    Set<String> deleted = keys.delete(wanted.keySet(), Routes.author(query));
    if (deleted.isEmpty()) {
      throw KeyRoutes.notFound();
    }
    ObjectNode body = Json.object();
    ArrayNode names = body.putArray("deleted_keys");
    wanted.forEach(
        (hash, name) -> {
          if (deleted.contains(hash)) {
            names.add(name);
          }
        });
    return Json.answer(200, body);
  }

  /** The keys as passed, by hash: the answer names them as the request did. */
  private Map<String, String> wanted(ObjectNode document) {
    FieldReader reader = new FieldReader();
    JsonNode secrets = texts(reader, document, "keys");
    JsonNode aliases = texts(reader, document, "key_aliases");
    if (secrets == null && aliases == null && reader.problems().isEmpty()) {
      reader.problem(
          "value_error",
          List.of("body"),
          "Value error, At least one of 'keys' or 'key_aliases' must be provided.");
    }
    if (!reader.problems().isEmpty()) {
      throw RefusedException.invalid(reader.problems());
    }
    Map<String, String> wanted = new LinkedHashMap<>();
    if (secrets != null) {
      secrets.forEach(each -> wanted.put(Keys.hashOf(each.stringValue()), each.stringValue()));
    }
    if (aliases != null) {
      aliases.forEach(
          each ->
              keys.findByAlias(each.stringValue())
                  .ifPresent(key -> wanted.putIfAbsent(key.hash(), each.stringValue())));
    }
    return wanted;
  }

  private static @Nullable JsonNode texts(FieldReader reader, ObjectNode document, String name) {
    JsonNode value = document.get(name);
    return value == null || value.isNull() ? null : reader.texts(value, List.of("body", name));
  }
}
