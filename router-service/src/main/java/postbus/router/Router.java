package postbus.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.router.Candidate.Submission;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;
import postbus.router.RoutingTable.Decided;

/**
 * Decides where a mail goes: follows every recipient through the routing table until it is
 * delivered somewhere, failed, deferred or discarded. An address is reached once in a mail, however
 * many ways lead to it.
 */
final class Router {
  /** Redirections from a recipient to where its mail ends; Exim's bound. */
  static final int REDIRECTS_MAX = 100;

  /** Addresses that one mail may lead to on its way. */
  static final int CANDIDATES_MAX = 20_000;

  private static final SmtpReply TOO_MANY =
      SmtpReply.of(451, "4.4.6", "aliases lead to too many addresses");

  private final RoutingTable table;

  Router(RoutingTable table) {
    this.table = table;
  }

  /** Blocks where DNS or files have to be asked; what they cannot say is deferred. */
  Routing route(Envelope envelope) {
    Journey journey = new Journey(envelope.settled());
    Submission submission = new Submission(envelope.reversePath(), envelope.client().listener());
    for (Recipient recipient : envelope.recipients()) {
      journey.waiting.add(Candidate.of(recipient, submission));
    }
    int candidates = 0;
    while (!journey.waiting.isEmpty()) {
      Candidate candidate = journey.waiting.poll();
      candidates++;
      if (candidates > CANDIDATES_MAX || candidate.depth() > REDIRECTS_MAX) {
        journey.defer(candidate.recipient(), TOO_MANY);
      } else {
        journey.follow(candidate, table.decide(candidate));
      }
    }
    return journey.end();
  }

  /** The routing of one mail as it comes about. */
  private static final class Journey {
    private final Deque<Candidate> waiting = new ArrayDeque<>();
    private final Map<Route, List<Recipient>> deliveries = new LinkedHashMap<>();
    private final List<Unroutable> failed = new ArrayList<>();
    private final List<Unroutable> deferred = new ArrayList<>();
    private final List<Recipient> discarded = new ArrayList<>();
    private final Set<String> before;
    private final Set<String> settled;
    private final Set<Family> told = new HashSet<>();

    /** Each original recipient hears of each address once. */
    private record Family(String address, String original) {}

    Journey(Set<String> before) {
      this.before = before;
      settled = new HashSet<>(before);
    }

    void follow(Candidate candidate, Decided decided) {
      Recipient recipient = candidate.recipient();
      switch (decided.decision()) {
        case Decision.Deliver(Route route) -> {
          if (settled.add(reached(recipient, route))) {
            deliveries.computeIfAbsent(route, _ -> new ArrayList<>()).add(recipient);
          }
        }
        case Decision.Redirect(List<Target> targets) ->
            targets.forEach(target -> lead(candidate, target, decided.by()));
        case Decision.Fail(SmtpReply reply) -> fail(recipient, reply);
        case Decision.Defer(SmtpReply reply) -> defer(recipient, reply);
        case Decision.Discard() -> {
          if (settled.add(recipient.address().casefulKey())) {
            discarded.add(recipient);
          }
        }
        case Decision.Decline() -> throw new IllegalStateException("nobody decided " + recipient);
      }
    }

    /** Mailboxes here are blind to case; of others, only their own host knows. */
    private static String reached(Recipient recipient, Route route) {
      return route.pool().equals(Route.LOCAL)
          ? recipient.address().key()
          : recipient.address().casefulKey();
    }

    private void lead(Candidate candidate, Target target, AddressRouter by) {
      switch (target) {
        case Target.Address(var address) -> waiting.add(candidate.child(address, by));
        case Target.Pipe(String command) -> pipe(candidate.recipient(), command);
        case Target.File _ -> defer(candidate.recipient(), here("delivery to a file is forbidden"));
      }
    }

    /** Whether the site allows the command is the imap-bridge's question, when it runs it. */
    private void pipe(Recipient recipient, String command) {
      if (settled.add(recipient.address().key() + "|" + command)) {
        Route route = new Route(Route.LOCAL, command, new NextHop.Pipe(command));
        deliveries.computeIfAbsent(route, _ -> new ArrayList<>()).add(recipient);
      }
    }

    private static SmtpReply here(String why) {
      return SmtpReply.of(451, "4.3.5", why);
    }

    private void fail(Recipient recipient, SmtpReply reply) {
      String key = recipient.address().casefulKey();
      if (!before.contains(key) && told.add(new Family(key, recipient.original().casefulKey()))) {
        failed.add(new Unroutable(recipient, reply));
        settled.add(key);
      }
    }

    void defer(Recipient recipient, SmtpReply reply) {
      if (told.add(
          new Family(recipient.address().casefulKey(), recipient.original().casefulKey()))) {
        deferred.add(new Unroutable(recipient, reply));
      }
    }

    Routing end() {
      List<Delivery> all = new ArrayList<>();
      deliveries.forEach((route, recipients) -> all.add(new Delivery(route, recipients)));
      return new Routing(all, failed, deferred, discarded, Set.copyOf(settled));
    }
  }
}
