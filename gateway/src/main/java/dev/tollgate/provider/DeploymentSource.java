package dev.tollgate.provider;

import dev.tollgate.model.Deployment;
import java.util.List;

/**
 * One entry of {@code model_list}: a concrete deployment, or a wildcard that makes one for each
 * model name. Safe for several threads. A wildcard keeps nothing: whoever routes keeps what it
 * makes, and bounds it, since callers choose the names.
 */
public interface DeploymentSource {
  /** {@code model_name}. */
  String pattern();

  /** Whether {@code model_name} has a {@code *}. */
  boolean wildcard();

  /**
   * The deployment for a model name; the same one at each call if this is no wildcard.
   *
   * @throws IllegalArgumentException if the name does not match, or names no provider that is known
   */
  Deployment forModel(String requested);

  /** What the operator should know, such as a missing key; empty if all is well. */
  List<String> warnings();
}
