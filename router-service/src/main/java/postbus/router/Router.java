package postbus.router;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.router.Candidate.Submission;
import postbus.router.Journey.End;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;
import postbus.site.DeliveryLimits;
import postbus.site.TlsRule;

/**
 * Decides where a mail goes. Recipients whose mail takes the same way to the same hosts share a
 * delivery, up to the number that the site allows in one SMTP transaction.
 */
final class Router {
  private final RoutingTable table;
  private final DeliveryLimits limits;
  private final RouterMeters meters = new RouterMeters();

  Router(RoutingTable table, DeliveryLimits limits) {
    this.table = table;
    this.limits = limits;
  }

  /**
   * What the recipients of one transaction have in common. Of a domain only its exchangers count:
   * the first one leads to them for all.
   *
   * @param hosts exactly; empty if the mail stays here
   * @param tls how mail for the recipient's domain has to travel
   */
  private record Transaction(String pool, String site, String hosts, Optional<TlsRule> tls) {}

  /** Blocks where DNS or files have to be asked; what they cannot say is deferred. */
  Routing route(Envelope envelope) {
    Submission submission = new Submission(envelope.reversePath(), envelope.client().listener());
    List<Candidate> recipients =
        envelope.recipients().stream().map(each -> Candidate.of(each, submission)).toList();
    Journey journey = new Journey(table, envelope.settled());
    Map<Transaction, Delivery> delivered = new LinkedHashMap<>();
    List<Unroutable> failed = new ArrayList<>();
    List<Unroutable> deferred = new ArrayList<>();
    List<Recipient> discarded = new ArrayList<>();
    for (End end : journey.follow(recipients)) {
      meters.decided(end);
      Recipient recipient = end.candidate().recipient();
      switch (end.decision()) {
        case Decision.Deliver(Route route) ->
            delivered
                .computeIfAbsent(
                    transaction(route, recipient), _ -> new Delivery(route, new ArrayList<>()))
                .recipients()
                .add(recipient);
        case Decision.Fail(SmtpReply reply, _) -> failed.add(new Unroutable(recipient, reply));
        case Decision.Defer(SmtpReply reply) -> deferred.add(new Unroutable(recipient, reply));
        case Decision.Discard() -> discarded.add(recipient);
        case Decision.Redirect _, Decision.Decline _ ->
            throw new IllegalStateException("no end: " + end);
      }
    }
    return new Routing(
        deliveries(delivered.values()),
        failed,
        deferred,
        discarded,
        journey.expanded(),
        journey.settled());
  }

  private Transaction transaction(Route route, Recipient recipient) {
    String hosts =
        switch (route.nextHop()) {
          case NextHop.Exchangers(String _, String exact) -> exact;
          case NextHop.Hosts named -> named.toString();
          case NextHop.Mailbox _, NextHop.Pipe _ -> "";
        };
    Optional<TlsRule> tls =
        hosts.isEmpty() ? Optional.empty() : limits.tlsRule(recipient.address().domain());
    return new Transaction(route.pool(), route.site(), hosts, tls);
  }

  private List<Delivery> deliveries(Collection<Delivery> delivered) {
    int most = limits.recipientsPerMailMax();
    List<Delivery> all = new ArrayList<>();
    for (Delivery delivery : delivered) {
      List<Recipient> recipients = delivery.recipients();
      for (int from = 0; from < recipients.size(); from += most) {
        int to = Math.min(from + most, recipients.size());
        all.add(new Delivery(delivery.route(), recipients.subList(from, to)));
      }
    }
    return all;
  }
}
