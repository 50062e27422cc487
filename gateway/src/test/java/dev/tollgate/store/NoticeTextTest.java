package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Tenant;
import dev.tollgate.model.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoticeTextTest {
  static Notice[] notices() {
    return new Notice[] {
      new Notice.KeyChanged("5f".repeat(32)),
      new Notice.TenantChanged(new Tenant.Ref(Tenant.Kind.TEAM_MEMBER, "a \"b\" \u00fc:\n\u0001")),
      new Notice.SpendSet(Scope.Kind.TEAM, "team"),
      new Notice.Demanded(Scope.Kind.PROXY, "proxy", Long.MAX_VALUE),
      new Notice.Freed(Scope.Kind.KEY, "key"),
      new Notice.EndpointsChanged(),
      new Notice.Missed()
    };
  }

  @ParameterizedTest
  @MethodSource("notices")
  void aNoticeComesBackAsItWas(Notice notice) {
    assertThat(NoticeText.read("other", NoticeText.write("one", notice))).isEqualTo(notice);
  }

  @ParameterizedTest
  @MethodSource("notices")
  void aNodeDoesNotHearItself(Notice notice) {
    assertThat(NoticeText.read("one", NoticeText.write("one", notice))).isNull();
  }

  @Test
  void whatIsTooLongForAPayloadMakesTheOthersReadAnew() {
    Tenant.Ref ref = new Tenant.Ref(Tenant.Kind.TAG, "x".repeat(10_000));
    assertThat(NoticeText.read("other", NoticeText.write("one", new Notice.TenantChanged(ref))))
        .isEqualTo(new Notice.Missed());
  }

  @Test
  void whatANewerVersionSaysMakesThisOneReadAnew() {
    assertThat(NoticeText.read("other", "[\"one\",\"news\",\"x\"]")).isEqualTo(new Notice.Missed());
  }
}
