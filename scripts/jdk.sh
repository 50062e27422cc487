# Sourced, not run: finds a JDK 25 or newer and leaves its home in TOLLGATE_JDK.
# Looks at JAVA_HOME, then PATH, then the usual folders; the default java may be older.

jdk_is_new_enough() { # home
  [ -x "$1/bin/java" ] || return 1
  [ -z "${TOLLGATE_NEEDS_JAVAC:-}" ] || [ -x "$1/bin/javac" ] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 25 ]
}

find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" \
    "$(dirname "$(dirname "$(readlink -f "$(command -v java 2>/dev/null || echo /)")")")" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$home" ] && jdk_is_new_enough "$home"; then
      TOLLGATE_JDK=$home
      return 0
    fi
  done
  echo "tollgate: needs a JDK 25 or newer, and found none in JAVA_HOME, PATH or the usual folders. Get one from adoptium.net, or from your package manager (Debian: temurin-25-jdk or openjdk-25-jdk), then set JAVA_HOME." >&2
  return 1
}
