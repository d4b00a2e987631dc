package postbus.log;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a consumer fetches goes into the windows of its partitions; on the reader's thread. */
final class Inflow {
  private final Map<TopicPartition, PartitionWindow> windows;

  Inflow(Map<TopicPartition, PartitionWindow> windows) {
    this.windows = windows;
  }

  /** A partition of which something waits is not fetched from: the others are. */
  void adjust(KafkaConsumer<byte[], byte[]> consumer) {
    for (PartitionWindow window : windows.values()) {
      boolean full = !window.waiting.isEmpty();
      if (full != window.paused) {
        window.paused = full;
        if (full) {
          consumer.pause(List.of(window.partition()));
        } else {
          consumer.resume(List.of(window.partition()));
        }
      }
    }
  }

  /** Of a partition that is taken up again, only what its last owner left undone. */
  void take(KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      PartitionWindow window = windows.get(partition);
      if (window == null) {
        continue;
      }
      Resume resume = window.resume();
      List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
      for (ConsumerRecord<byte[], byte[]> record : read) {
        if (resume.wants(record.offset())) {
          window.waiting.add(record);
        }
      }
      long position = read.getLast().offset() + 1;
      long wanted = resume.after(position);
      if (wanted != position) {
        consumer.seek(partition, wanted);
      }
    }
  }
}
