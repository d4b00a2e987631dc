package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.producer.ProducerRecord;
import postbus.mail.Event;
import postbus.mail.EventJson;

/** An event on its way into {@code mail.events}, which still knows what is counted of it. */
final class EventRecord extends ProducerRecord<byte[], byte[]> {
  private final Event.What what;
  private final int recipients;

  EventRecord(Event event) {
    super(Topics.EVENTS, event.mail().toString().getBytes(UTF_8), EventJson.write(event));
    this.what = event.what();
    this.recipients = event.recipients().size();
  }

  Event.What what() {
    return what;
  }

  int recipients() {
    return recipients;
  }
}
