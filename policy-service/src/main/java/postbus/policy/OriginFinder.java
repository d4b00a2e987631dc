package postbus.policy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import postbus.auth.MailHeader;
import postbus.auth.dkim.Dkim;
import postbus.auth.dmarc.Dmarc;
import postbus.auth.dmarc.Dmarc.Voucher;
import postbus.auth.spf.Spf;
import postbus.auth.spf.SpfResult;
import postbus.dns.DnsRecords;
import postbus.dns.RecordLookup;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.ReversePath;
import postbus.site.Authentication;
import postbus.site.Authentication.Handling;

/**
 * Verifies SPF, DKIM and DMARC of a mail, once for a mail and not for each recipient. All questions
 * of one mail end at one deadline. SPF, the keys of signatures and what the author's domain wants
 * are asked for at the same time; keys get half of it, SPF three quarters, who owns a domain what
 * is left: strangers' slow name servers hide nobody's policy. What is only needed for DMARC is
 * found for it. The content is read once, and not held in memory.
 */
final class OriginFinder {
  /** For what has no more questions to ask. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Authentication rules;
  private final Spf spf;
  private final NameServers names;
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
    this.names = new NameServers(dns);
    this.limit = limit;
    this.contents = contents;
  }

  private record SpfOutcomes(Optional<Spf.Outcome> sender, Optional<Spf.Outcome> helo) {
    static final SpfOutcomes NONE = new SpfOutcomes(Optional.empty(), Optional.empty());

    /** Of a check that did not end. */
    static SpfOutcomes late(Mail mail) {
      String domain =
          mail.envelope().reversePath() instanceof ReversePath.Address(EmailAddress sender)
              ? sender.domain()
              : mail.envelope().client().helo();
      return new SpfOutcomes(
          Optional.of(
              new Spf.Outcome(
                  Spf.Identity.MAIL_FROM, domain, SpfResult.TEMPERROR, Optional.empty())),
          Optional.empty());
    }
  }

  Origin find(Mail mail, InetAddress client) {
    long end = System.nanoTime() + limit.plus(GRACE).toNanos();
    DnsRecords records = names.within(limit);
    boolean wantsDmarc = rules.dmarc() != Handling.OFF;
    List<FutureTask<?>> begun = new ArrayList<>();
    FutureTask<SpfOutcomes> spfOutcomes =
        begin(
            () ->
                wantsDmarc || rules.spf() != Handling.OFF
                    ? spf(mail.envelope(), client, names.within(limit.multipliedBy(3).dividedBy(4)))
                    : SpfOutcomes.NONE,
            begun);
    try (BufferedInputStream in = new BufferedInputStream(contents.open(mail))) {
      MailHeader header = MailHeader.read(in);
      FutureTask<Optional<Dmarc.Evaluation>> evaluation =
          begin(
              () -> wantsDmarc ? Optional.of(Dmarc.begin(header, records)) : Optional.empty(),
              begun);
      List<Dkim.Outcome> dkim =
          wantsDmarc || rules.dkim() != Handling.OFF
              ? Dkim.verify(header, in, names.within(limit.dividedBy(2)), Instant.now())
              : List.of();
      SpfOutcomes found = await(spfOutcomes, end).orElseGet(() -> SpfOutcomes.late(mail));
      List<Voucher> vouchers = Origin.vouchers(found.sender(), dkim);
      Optional<Dmarc.Outcome> dmarc =
          await(evaluation, end)
              .map(policy -> policy.map(known -> known.of(vouchers)))
              .orElse(Optional.of(Dmarc.Outcome.LATE));
      return new Origin(
          found.sender().filter(_ -> rules.spf() != Handling.OFF),
          found.helo().filter(_ -> rules.spf() != Handling.OFF),
          Optional.of(dkim).filter(_ -> rules.dkim() != Handling.OFF),
          dmarc);
    } catch (IOException e) {
      throw new UncheckedIOException("the content of " + mail.envelope().id(), e);
    } finally {
      begun.forEach(task -> task.cancel(true));
    }
  }

  private static <T> FutureTask<T> begin(Callable<T> work, List<FutureTask<?>> begun) {
    FutureTask<T> task = new FutureTask<>(work);
    begun.add(task);
    Thread.ofVirtual().name("origin").start(task);
    return task;
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

  /** Empty if it did not end in time. */
  private static <T> Optional<T> await(FutureTask<T> task, long end) {
    try {
      return Optional.of(task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a bug", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
