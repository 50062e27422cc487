package dev.tollgate.app;

import picocli.CommandLine.IVersionProvider;

/** This build's version, from the jar's manifest. */
final class Version implements IVersionProvider {
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"tollgate " + current()};
  }
}
