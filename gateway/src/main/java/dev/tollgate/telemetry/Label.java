package dev.tollgate.telemetry;

/** The labels of LiteLLM's metrics, by their names on the wire. */
enum Label {
  API_BASE("api_base"),
  API_KEY_ALIAS("api_key_alias"),
  API_PROVIDER("api_provider"),
  CLIENT_IP("client_ip"),
  END_USER("end_user"),
  EXCEPTION_CLASS("exception_class"),
  EXCEPTION_STATUS("exception_status"),
  FALLBACK_MODEL("fallback_model"),
  HASHED_API_KEY("hashed_api_key"),
  LITELLM_MODEL_NAME("litellm_model_name"),
  MODEL("model"),
  MODEL_GROUP("model_group"),
  MODEL_ID("model_id"),
  ORG_ALIAS("org_alias"),
  ORG_ID("org_id"),
  REQUESTED_MODEL("requested_model"),
  ROUTE("route"),
  SERVICE_TIER("service_tier"),
  STATUS_CODE("status_code"),
  TEAM("team"),
  TEAM_ALIAS("team_alias"),
  USER("user"),
  USER_AGENT("user_agent"),
  USER_EMAIL("user_email");

  private final String text;

  Label(String text) {
    this.text = text;
  }

  static String[] names(Label... labels) {
    String[] names = new String[labels.length];
    for (int i = 0; i < labels.length; i++) {
      names[i] = labels[i].text;
    }
    return names;
  }
}
