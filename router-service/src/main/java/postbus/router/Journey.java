package postbus.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.router.RoutingTable.Decided;
import postbus.site.alias.Target;

/**
 * One mail on its way through the routing table: every recipient is followed to where its mail
 * ends. An address is reached once in a mail, however many ways lead to it.
 */
final class Journey {
  /** Redirections from a recipient to where its mail ends; Exim's bound. */
  static final int REDIRECTS_MAX = 101;

  /** Targets that one mail may lead to on its way; an alias that would exceed them is deferred. */
  static final int TARGETS_MAX = 20_000;

  /** Targets, also of aliases that are deferred, after which nothing more is looked up. */
  static final int EFFORT_MAX = 10 * TARGETS_MAX;

  private static final SmtpReply TOO_MANY =
      SmtpReply.of(451, "4.4.6", "aliases lead to too many addresses");

  private final RoutingTable table;
  private final Deque<Candidate> waiting = new ArrayDeque<>();
  private final List<End> ends = new ArrayList<>();
  private final List<Recipient> expanded = new ArrayList<>();
  private final Set<String> settled;
  private final Set<String> told = new HashSet<>();
  private int effort;

  /**
   * Where a way ends.
   *
   * @param decision delivered, failed, deferred or discarded
   * @param rule the name of the router that says so
   */
  record End(Candidate candidate, Decision decision, String rule) {}

  /**
   * @param settled what earlier attempts have done with already
   */
  Journey(RoutingTable table, Set<String> settled) {
    this.table = table;
    this.settled = new HashSet<>(settled);
  }

  /** Blocks where DNS or files have to be asked. Returns each end once, in the order found. */
  List<End> follow(List<Candidate> recipients) {
    waiting.addAll(recipients);
    while (!waiting.isEmpty()) {
      Candidate candidate = waiting.poll();
      if (effort > EFFORT_MAX || candidate.depth() > REDIRECTS_MAX) {
        defer(candidate, TOO_MANY, "limit");
      } else {
        follow(candidate, table.decide(candidate));
      }
    }
    return List.copyOf(ends);
  }

  /** The keys of all that needs no routing any more, also of earlier attempts. */
  Set<String> settled() {
    return Set.copyOf(settled);
  }

  /** Those who were replaced by several, and whose sender is to hear of it. */
  List<Recipient> expanded() {
    return List.copyOf(expanded);
  }

  private void follow(Candidate candidate, Decided decided) {
    Recipient recipient = candidate.recipient();
    String rule = decided.by().name(recipient.address());
    switch (decided.decision()) {
      case Decision.Deliver(Route route) -> deliver(candidate, route, rule);
      case Decision.Redirect(List<Target> targets) -> lead(candidate, targets, decided.by());
      case Decision.Fail fail -> {
        settle(new End(candidate, fail, rule));
        lead(candidate, fail.still(), decided.by());
      }
      case Decision.Discard discard -> settle(new End(candidate, discard, rule));
      case Decision.Defer(SmtpReply reply) -> defer(candidate, reply, rule);
      case Decision.Decline() -> throw new IllegalStateException("nobody decided " + recipient);
    }
  }

  private void lead(Candidate candidate, List<Target> targets, AddressRouter by) {
    effort += targets.size();
    if (effort > TARGETS_MAX) {
      defer(candidate, TOO_MANY, "limit");
    } else {
      Candidate leading = targets.size() > 1 ? expanded(candidate) : candidate;
      targets.forEach(target -> lead(leading, target, by));
    }
  }

  /**
   * Who asked to hear of success hears that the mail goes on to several, and no more than that (RFC
   * 3461, section 5.2.7.3). All else that he asked for holds for each of them.
   */
  private Candidate expanded(Candidate candidate) {
    if (!candidate.recipient().parameters().tellsSuccess()) {
      return candidate;
    }
    expanded.add(candidate.recipient());
    return candidate.withoutSuccess();
  }

  private void lead(Candidate candidate, Target target, AddressRouter by) {
    String rule = by.name(candidate.address());
    switch (target) {
      case Target.Address(var address) -> waiting.add(candidate.child(address, by));
      // Whether the site allows the command is the imap-bridge's question, when it runs it.
      case Target.Pipe(String command) ->
          deliver(candidate, new Route(Route.LOCAL, command, new NextHop.Pipe(command)), rule);
      case Target.File _ ->
          defer(candidate, SmtpReply.of(451, "4.3.5", "delivery to a file is forbidden"), rule);
    }
  }

  private void deliver(Candidate candidate, Route route, String rule) {
    if (settled.add(reached(candidate.recipient(), route))) {
      ends.add(new End(candidate, new Decision.Deliver(route), rule));
    }
  }

  /** Mailboxes here are blind to case; of others, only their own host knows. */
  private static String reached(Recipient recipient, Route route) {
    return switch (route.nextHop()) {
      case NextHop.Mailbox() -> recipient.address().key();
      case NextHop.Pipe(String command) -> recipient.address().key() + "|" + command;
      case NextHop.Exchangers _, NextHop.Hosts _ -> recipient.address().casefulKey();
    };
  }

  private void settle(End end) {
    String key = family(end.candidate().recipient());
    if (told.add(key) && settled.add(key)) {
      ends.add(end);
    }
  }

  private void defer(Candidate candidate, SmtpReply reply, String rule) {
    if (told.add(family(candidate.recipient()))) {
      ends.add(new End(candidate, new Decision.Defer(reply), rule));
    }
  }

  /** Each original recipient hears of each address once. */
  private static String family(Recipient recipient) {
    return recipient.address().casefulKey() + " of " + recipient.original().casefulKey();
  }
}
