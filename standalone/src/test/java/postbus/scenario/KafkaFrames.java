package postbus.scenario;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;
import org.apache.kafka.common.requests.TxnOffsetCommitRequest;

/**
 * What a proxy has to understand of the talk between Kafka's clients and one broker: what a request
 * is about, and where an answer says the broker is. Frames are without their length.
 */
final class KafkaFrames {
  private final String host;
  private final int port;

  /** Newer clients name topics by their ids, which they have from the same proxy. */
  private final Map<Uuid, String> topics = new ConcurrentHashMap<>();

  /** Answers will say that the broker is at this address. */
  KafkaFrames(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /**
   * A request.
   *
   * @param concerns topics, transactional ids and groups that it names, as far as tests want them
   */
  record Request(RequestHeader header, Set<String> concerns) {
    boolean is(KafkaPoint point) {
      return header.apiKey() == point.request() && concerns.contains(point.of());
    }
  }

  Request request(byte[] frame) {
    ByteBuffer rest = ByteBuffer.wrap(frame);
    RequestHeader header = RequestHeader.parse(rest);
    return switch (header.apiKey()) {
      case PRODUCE, END_TXN, TXN_OFFSET_COMMIT, JOIN_GROUP ->
          new Request(
              header,
              concerns(
                  AbstractRequest.parseRequest(
                          header.apiKey(), header.apiVersion(), new ByteBufferAccessor(rest))
                      .request));
      default -> new Request(header, Set.of());
    };
  }

  private Set<String> concerns(AbstractRequest request) {
    return switch (request) {
      case ProduceRequest produce -> concerns(produce.data());
      case EndTxnRequest end -> concerns(end.data());
      case TxnOffsetCommitRequest commit -> Set.of(commit.data().transactionalId());
      case JoinGroupRequest join -> Set.of(join.data().groupId());
      default -> Set.of();
    };
  }

  private Set<String> concerns(ProduceRequestData produce) {
    Set<String> all = new HashSet<>();
    if (produce.transactionalId() != null) {
      all.add(produce.transactionalId());
    }
    produce
        .topicData()
        .forEach(topic -> all.add(topics.getOrDefault(topic.topicId(), topic.name())));
    return all;
  }

  private static Set<String> concerns(EndTxnRequestData end) {
    return end.committed() ? Set.of(end.transactionalId()) : Set.of();
  }

  /** The answer as the client is to see it. */
  byte[] answer(RequestHeader asked, byte[] frame) {
    return switch (asked.apiKey()) {
      case METADATA, FIND_COORDINATOR, DESCRIBE_CLUSTER -> {
        ApiMessage data = AbstractResponse.parseResponse(ByteBuffer.wrap(frame), asked).data();
        redirect(data);
        yield bytes(asked, data);
      }
      default -> frame;
    };
  }

  private void redirect(ApiMessage answer) {
    switch (answer) {
      case MetadataResponseData metadata -> {
        metadata.brokers().forEach(broker -> broker.setHost(host).setPort(port));
        metadata
            .topics()
            .forEach(topic -> {
              if (topic.name() != null && !topic.topicId().equals(Uuid.ZERO_UUID)) {
                topics.put(topic.topicId(), topic.name());
              }
            });
      }
      case FindCoordinatorResponseData found -> {
        if (!found.host().isEmpty()) {
          found.setHost(host).setPort(port);
        }
        found.coordinators().stream()
            .filter(coordinator -> !coordinator.host().isEmpty())
            .forEach(coordinator -> coordinator.setHost(host).setPort(port));
      }
      case DescribeClusterResponseData cluster ->
          cluster.brokers().forEach(broker -> broker.setHost(host).setPort(port));
      default -> throw new IllegalArgumentException("names no broker: " + answer);
    }
  }

  private static byte[] bytes(RequestHeader asked, ApiMessage answer) {
    ResponseHeader header = asked.toResponseHeader();
    ByteBuffer bytes =
        RequestUtils.serialize(header.data(), header.headerVersion(), answer, asked.apiVersion());
    byte[] frame = new byte[bytes.remaining()];
    bytes.get(frame);
    return frame;
  }
}
