package postbus.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import postbus.mail.Envelope;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.router.Candidate.Submission;
import postbus.router.Journey.End;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;

/**
 * Decides where a mail goes. Recipients with the same route share a delivery, up to the number that
 * the site allows in one SMTP transaction.
 */
final class Router {
  private final RoutingTable table;
  private final int recipientsMax;

  /**
   * @param recipientsMax of one delivery
   */
  Router(RoutingTable table, int recipientsMax) {
    this.table = table;
    this.recipientsMax = recipientsMax;
  }

  /** Blocks where DNS or files have to be asked; what they cannot say is deferred. */
  Routing route(Envelope envelope) {
    Submission submission = new Submission(envelope.reversePath(), envelope.client().listener());
    List<Candidate> recipients =
        envelope.recipients().stream().map(each -> Candidate.of(each, submission)).toList();
    Journey journey = new Journey(table, envelope.settled());
    Map<Route, List<Recipient>> delivered = new LinkedHashMap<>();
    Map<String, Route> sites = new HashMap<>();
    List<Unroutable> failed = new ArrayList<>();
    List<Unroutable> deferred = new ArrayList<>();
    List<Recipient> discarded = new ArrayList<>();
    for (End end : journey.follow(recipients)) {
      Recipient recipient = end.candidate().recipient();
      switch (end.decision()) {
        case Decision.Deliver(Route route) ->
            delivered.computeIfAbsent(shared(sites, route), _ -> new ArrayList<>()).add(recipient);
        case Decision.Fail(SmtpReply reply, _) -> failed.add(new Unroutable(recipient, reply));
        case Decision.Defer(SmtpReply reply) -> deferred.add(new Unroutable(recipient, reply));
        case Decision.Discard() -> discarded.add(recipient);
        case Decision.Redirect _, Decision.Decline _ ->
            throw new IllegalStateException("no end: " + end);
      }
    }
    return new Routing(deliveries(delivered), failed, deferred, discarded, journey.settled());
  }

  /** Domains of one site have the same exchangers: the first one leads to them for all. */
  private static Route shared(Map<String, Route> sites, Route route) {
    return sites.computeIfAbsent(route.pool() + " " + route.site(), _ -> route);
  }

  private List<Delivery> deliveries(Map<Route, List<Recipient>> delivered) {
    List<Delivery> all = new ArrayList<>();
    delivered.forEach((route, recipients) -> {
      for (int from = 0; from < recipients.size(); from += recipientsMax) {
        int to = Math.min(from + recipientsMax, recipients.size());
        all.add(new Delivery(route, recipients.subList(from, to)));
      }
    });
    return all;
  }
}
