package postbus.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryJsonTest {

  @Test
  void recordsOfVersionOneAreReadAndWrittenBackToTheByte() throws Exception {
    assertThat(text(DeliveryJson.write(DeliveryJson.readOrder(golden("order-v1.json")))))
        .isEqualTo(text(golden("order-v1.json")).strip());
    assertThat(text(DeliveryJson.write(DeliveryJson.readState(golden("site-state-v1.json")))))
        .isEqualTo(text(golden("site-state-v1.json")).strip());
    assertThat(text(DeliveryJson.write(DeliveryJson.readClaim(golden("slot-claim-v1.json")))))
        .isEqualTo(text(golden("slot-claim-v1.json")).strip());
  }

  @Test
  void anOrderCoversWhatItFoundWaiting() throws Exception {
    Order order = DeliveryJson.readOrder(golden("order-v1.json"));

    assertThat(order.covers("delivery.normal.shared", 0, 16)).isTrue();
    assertThat(order.covers("delivery.normal.shared", 0, 17)).isFalse();
    assertThat(order.covers("delivery.normal.shared", 1, 3)).isFalse();
    assertThat(order.covers("retry.normal.4h", 2, 9007199254740992L)).isTrue();
  }

  @Test
  void aFieldOfANewerReleaseIsSkipped() throws Exception {
    String newer = text(golden("site-state-v1.json")).replaceFirst("\\{", "{\"new\":{\"a\":[1]},");

    assertThat(DeliveryJson.readState(newer.getBytes(UTF_8)))
        .isEqualTo(DeliveryJson.readState(golden("site-state-v1.json")));
  }

  @Test
  void aSiteOfWhichLittleIsKnownComesBackAsItWas() throws Exception {
    SiteState known = DeliveryJson.readState(golden("site-state-v1.json"));
    SiteState open =
        new SiteState(
            known.pool(),
            known.site(),
            known.lane(),
            known.partition(),
            known.at(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            0,
            5,
            0,
            0,
            "");

    assertThat(DeliveryJson.readState(DeliveryJson.write(open))).isEqualTo(open);
  }

  @Test
  void whenTheNextMailMayGoIsKnownSinceThen() throws Exception {
    byte[] paced = golden("site-state-v1-paced.json");
    SiteState known = DeliveryJson.readState(paced);

    assertThat(known.nextSend()).contains(Instant.parse("2026-01-02T03:05:05.678Z"));
    assertThat(text(DeliveryJson.write(known))).isEqualTo(text(paced).strip());
    assertThat(DeliveryJson.readState(golden("site-state-v1.json")).nextSend()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"pool\":\"p\"}",
        "{\"pool\":\"p\",\"site\":\"s\",\"slot\":\"x\",\"at\":\"2026-01-02T03:04:05Z\"}",
        "{\"pool\":\"p\",\"site\":\"s\",\"slot\":1,\"at\":\"yesterday\"}"
      })
  void whatIsNoClaimIsMalformed(String json) {
    assertThatThrownBy(() -> DeliveryJson.readClaim(json.getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class)
        .hasMessageStartingWith("claim of a slot: ");
  }

  private static String text(byte[] octets) {
    return new String(octets, UTF_8);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = DeliveryJsonTest.class.getResourceAsStream("/golden/" + name)) {
      return in.readAllBytes();
    }
  }
}
