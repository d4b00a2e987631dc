package postbus.log;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the values of marks, and those of letters only if they are wanted. */
final class LetterValues extends ByteArrayDeserializer {
  private static final byte[] NONE = new byte[0];

  private final boolean contents;

  /**
   * @param contents whether letters have their contents; else they stay in the network's buffer
   */
  LetterValues(boolean contents) {
    this.contents = contents;
  }

  @Override
  public byte[] deserialize(String topic, Headers headers, ByteBuffer data) {
    return contents || topic.equals(Topics.MARKS) ? super.deserialize(topic, headers, data) : NONE;
  }
}
