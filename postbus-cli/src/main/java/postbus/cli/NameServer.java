package postbus.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A name server on the command line: {@code 127.0.0.1:5353}, {@code [::1]:53}. */
final class NameServer implements ITypeConverter<InetSocketAddress> {
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:]+)):(\\d{1,5})");

  private static final int PORT_MAX = 65535;

  @Override
  public InetSocketAddress convert(String text) {
    Matcher parts = HOST_PORT.matcher(text);
    if (parts.matches() && Integer.parseInt(parts.group(3)) <= PORT_MAX) {
      String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
      InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(parts.group(3)));
      if (!address.isUnresolved()) {
        return address;
      }
    }
    throw new TypeConversionException(
        "\"" + text + "\", expected a name server and its port, such as 127.0.0.1:53");
  }
}
