package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import postbus.mail.SmtpReply;
import postbus.process.TokenBuckets;
import postbus.site.ClientRules;
import postbus.site.HostList.Network;

/**
 * So many recipients a minute and no more from one network, counted in this process. Also those
 * that are refused for another reason count, as whoever guesses addresses is to guess slowly.
 */
final class RateRule implements RecipientCheck {
  private final ClientRules clients;
  private final int perMinute;
  private final @Nullable TokenBuckets<Network> rates;

  RateRule(ClientRules clients, LongSupplier nanoClock) {
    this.clients = clients;
    this.perMinute = clients.rates().recipientsPerMinuteMax().orElse(0);
    this.rates =
        perMinute == 0 ? null : new TokenBuckets<>(perMinute, Duration.ofMinutes(1), nanoClock);
  }

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    if (rates == null) {
      return Optional.empty();
    }
    Optional<InetAddress> counted = asked.address().filter(client -> !isExempt(client));
    if (counted.isEmpty()) {
      return Optional.empty();
    }
    Network network = clients.networks().of(counted.get());
    return rates.take(network) || asked.isForPostmaster()
        ? Optional.empty()
        : Optional.of(
            SmtpReply.of(
                450,
                "4.7.1",
                "too many recipients from %s, at most %d a minute; try again later"
                    .formatted(network, perMinute)));
  }

  private boolean isExempt(InetAddress client) {
    return clients.rates().exceptions().filter(list -> list.contains(client)).isPresent();
  }

  @Override
  public String name() {
    return "rate";
  }
}
