package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table = new Table("relay", "rate");
    table.row("exim", 1);
    table.row("a long name", 12_345);
    assertThat(table)
        .hasToString(
            """
            | relay       | rate  |
            | ----------- | ----- |
            | exim        | 1     |
            | a long name | 12345 |
            """);
  }

  @Test
  void aRowHasACellForEachColumn() {
    Table table = new Table("one", "two");
    assertThatThrownBy(() -> table.row("alone")).isInstanceOf(IllegalArgumentException.class);
  }
}
