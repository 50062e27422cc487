package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkLocalTest {
  @ParameterizedTest
  @CsvSource({
    "api.example.com, 169.254.169.254, true",
    "api.example.com, fe80::1, true",
    "api.example.com, 192.0.0.192, true",
    "api.example.com, 127.0.0.1, false",
    "api.example.com, 10.0.0.7, false",
    "169.254.169.254, 169.254.169.254, false"
  })
  void aNameThatStandsForAMachinesCredentialsIsFoundOut(
      String host, String resolved, boolean hidden) {
    assertThat(LinkLocal.isHidden(host, InetAddress.ofLiteral(resolved))).isEqualTo(hidden);
  }
}
