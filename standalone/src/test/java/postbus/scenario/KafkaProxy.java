package postbus.scenario;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.requests.RequestHeader;
import postbus.scenario.KafkaFrames.Request;

/**
 * Stands between one process and the broker, and knows what they say, so that a test can act at a
 * named moment. All that the process hears of the broker leads here; its address stays the same
 * when the process is started anew.
 */
final class KafkaProxy implements AutoCloseable {
  private final Traps<KafkaPoint> traps = new Traps<>();
  private final KafkaFrames frames;
  private final Relay relay;

  private KafkaProxy(int brokerPort) throws IOException {
    relay = Relay.to(brokerPort, this::connected);
    frames = new KafkaFrames(TestSite.THIS_HOST, relay.port());
  }

  /** In front of the broker at a port of this host, which need not be there yet. */
  static KafkaProxy to(int brokerPort) throws IOException {
    return new KafkaProxy(brokerPort);
  }

  String bootstrapServers() {
    return TestSite.THIS_HOST + ":" + relay.port();
  }

  /**
   * At the first such moment from now on: runs the action, and passes nothing more on in that
   * direction of that connection.
   *
   * @return completes when the action has run
   */
  CompletableFuture<Void> at(KafkaPoint point, Runnable action) {
    return traps.set(point, action);
  }

  /** What was not reached will not be acted upon. */
  void forget() {
    traps.clear();
  }

  private void connected(Relay.Pair pair) {
    Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    pair.pump(() -> requests(pair, asked), () -> answers(pair, asked));
  }

  /** A request that was passed on, and what is to happen when its answer comes. */
  private record Asked(RequestHeader header, Optional<Traps.Trap<KafkaPoint>> trap) {}

  private void requests(Relay.Pair pair, Queue<Asked> asked) throws IOException {
    DataInputStream in = new DataInputStream(pair.fromClient());
    DataOutputStream out = new DataOutputStream(pair.toServer());
    while (true) {
      byte[] frame = read(in);
      Request request = frames.request(frame);
      Optional<Traps.Trap<KafkaPoint>> trap = traps.at(request::is);
      if (trap.isPresent() && !trap.get().point().isDone()) {
        trap.get().spring();
        in.transferTo(OutputStream.nullOutputStream());
        return;
      }
      asked.add(new Asked(request.header(), trap));
      write(frame, out);
    }
  }

  private void answers(Relay.Pair pair, Queue<Asked> asked) throws IOException {
    DataInputStream in = new DataInputStream(pair.fromServer());
    DataOutputStream out = new DataOutputStream(pair.toClient());
    while (true) {
      byte[] frame = read(in);
      Asked to = asked.remove();
      if (to.trap().isPresent()) {
        to.trap().get().spring();
        in.transferTo(OutputStream.nullOutputStream());
        return;
      }
      write(frames.answer(to.header(), frame), out);
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return frame;
  }

  private static void write(byte[] frame, DataOutputStream out) throws IOException {
    out.writeInt(frame.length);
    out.write(frame);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    relay.close();
  }
}
