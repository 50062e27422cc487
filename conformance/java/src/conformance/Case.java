package conformance;

/** Something that a client does; it throws if the gateway does not behave. */
interface Case {
  void run() throws Exception;
}
