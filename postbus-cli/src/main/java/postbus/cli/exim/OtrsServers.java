package postbus.cli.exim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Translates {@code mysql_servers}: host/database/user/password for each. */
final class OtrsServers {
  private static final String PASSWORD_FILE = "otrs-password";

  private final SiteDraft draft;
  private final SiteFolder folder;
  private final Notes notes;

  OtrsServers(SiteDraft draft, SiteFolder folder, Notes notes) {
    this.draft = draft;
    this.folder = folder;
    this.notes = notes;
  }

  void translate(String value, String place) throws IOException {
    List<String> servers = new ArrayList<>();
    List<String[]> entries = EximList.of(value).stream().map(item -> item.split("/", 4)).toList();
    for (String[] entry : entries) {
      servers.add(entry[0].contains(":") ? entry[0] : entry[0] + ":3306");
      if (entry.length != 4 || !rest(entry).equals(rest(entries.getFirst()))) {
        notes.add(
            place, "not as the first server, whose database, user and password count: " + entry[0]);
      }
    }
    draft.put(servers, "otrs", "servers");
    String[] first = entries.getFirst();
    if (first.length == 4) {
      draft.put(first[1], "otrs", "database");
      draft.put(first[2], "otrs", "user");
      draft.put(PASSWORD_FILE, "otrs", "password-file");
      folder.writeSecret(PASSWORD_FILE, first[3] + "\n");
    }
  }

  private static List<String> rest(String[] entry) {
    return List.of(entry).subList(1, entry.length);
  }
}
