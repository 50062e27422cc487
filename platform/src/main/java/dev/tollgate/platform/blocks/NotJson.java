package dev.tollgate.platform.blocks;

/** A model's text holds no JSON where it should. The message is for the model. */
final class NotJson extends Exception {
  private static final long serialVersionUID = 1L;

  private final String fault;

  NotJson(String fault) {
    super(fault);
    this.fault = fault;
  }

  String fault() {
    return fault;
  }
}
