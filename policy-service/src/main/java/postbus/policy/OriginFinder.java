package postbus.policy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import postbus.auth.MailHeader;
import postbus.auth.dkim.Dkim;
import postbus.auth.dmarc.Dmarc;
import postbus.auth.spf.Spf;
import postbus.auth.spf.SpfResult;
import postbus.dns.DnsRecords;
import postbus.dns.RecordLookup;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.Envelope;
import postbus.mail.ReversePath;
import postbus.site.Authentication;
import postbus.site.Authentication.Handling;

/**
 * Verifies SPF, DKIM and DMARC of a mail, once for a mail and not for each recipient. SPF asks DNS
 * while the content is read for DKIM; all questions of one mail end at one deadline. What is only
 * needed for DMARC is found for it. The content is read once, and not held in memory.
 */
final class OriginFinder {
  /** For what has no more questions to ask. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final Executor THREADS = Thread::startVirtualThread;

  private final Authentication rules;
  private final Spf spf;
  private final RecordLookup dns;
  private final Duration limit;
  private final Bounces.Contents contents;

  /**
   * A finder for a site.
   *
   * @param hostname of this host
   * @param limit for all questions to DNS about one mail
   */
  OriginFinder(
      Authentication rules,
      String hostname,
      RecordLookup dns,
      Duration limit,
      Bounces.Contents contents) {
    this.rules = rules;
    this.spf = new Spf(hostname);
    this.dns = dns;
    this.limit = limit;
    this.contents = contents;
  }

  private record SpfOutcomes(Optional<Spf.Outcome> sender, Optional<Spf.Outcome> helo) {
    static final SpfOutcomes NONE = new SpfOutcomes(Optional.empty(), Optional.empty());
  }

  Origin find(Mail mail, InetAddress client) {
    DnsRecords records = dns.within(limit);
    boolean wantsDmarc = rules.dmarc() != Handling.OFF;
    CompletableFuture<SpfOutcomes> spfOutcomes =
        wantsDmarc || rules.spf() != Handling.OFF
            ? CompletableFuture.supplyAsync(() -> spf(mail.envelope(), client, records), THREADS)
            : CompletableFuture.completedFuture(SpfOutcomes.NONE);
    try (BufferedInputStream in = new BufferedInputStream(contents.open(mail))) {
      MailHeader header = MailHeader.read(in);
      List<Dkim.Outcome> dkim =
          wantsDmarc || rules.dkim() != Handling.OFF
              ? Dkim.verify(header, in, records, Instant.now())
              : List.of();
      SpfOutcomes found = await(spfOutcomes);
      Optional<Dmarc.Outcome> dmarc =
          wantsDmarc
              ? Optional.of(Dmarc.evaluate(header, Origin.vouchers(found.sender(), dkim), records))
              : Optional.empty();
      return new Origin(
          found.sender().filter(_ -> rules.spf() != Handling.OFF),
          found.helo().filter(_ -> rules.spf() != Handling.OFF),
          Optional.of(dkim).filter(_ -> rules.dkim() != Handling.OFF),
          dmarc);
    } catch (IOException e) {
      throw new UncheckedIOException("the content of " + mail.envelope().id(), e);
    }
  }

  private SpfOutcomes spf(Envelope envelope, InetAddress client, DnsRecords records) {
    String helo = envelope.client().helo();
    ReversePath reversePath = envelope.reversePath();
    Spf.Outcome sender = spf.mailFrom(records, client, helo, reversePath);
    return new SpfOutcomes(
        Optional.of(sender),
        reversePath instanceof ReversePath.Null || rules.spf() == Handling.OFF
            ? Optional.empty()
            : Optional.of(spf.helo(records, client, helo))
                .filter(outcome -> outcome.result() != SpfResult.NONE));
  }

  private SpfOutcomes await(CompletableFuture<SpfOutcomes> outcomes) {
    try {
      return outcomes.get(limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("SPF did not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
