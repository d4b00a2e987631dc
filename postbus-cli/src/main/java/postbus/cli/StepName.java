package postbus.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import postbus.mail.Event.What;

/** Reads the name of a step in a mail's life, such as {@code bounced} or {@code dead-lettered}. */
final class StepName implements ITypeConverter<What> {

  @Override
  public What convert(String text) {
    return Arrays.stream(What.values())
        .filter(what -> name(what).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "expected a step, one of "
                    + Arrays.stream(What.values())
                        .map(StepName::name)
                        .collect(Collectors.joining(", "))
                    + ": "
                    + text));
  }

  private static String name(What what) {
    return what.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
