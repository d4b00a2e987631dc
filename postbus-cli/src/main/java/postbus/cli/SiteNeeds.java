package postbus.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import postbus.log.LogSettings.Shape;
import postbus.log.TopicCatalogue;
import postbus.log.TopicSpec;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.SiteReader;

/** What a site needs of the log. */
final class SiteNeeds {
  private SiteNeeds() {}

  static Set<String> pools(Path folder) throws InvalidSite {
    return SiteReader.readSettings(folder).pools().keySet();
  }

  /**
   * The topics of the site's stages: its pools, their lanes and their schedules. The files beside
   * them may be where the processes run, and not here.
   */
  static List<TopicSpec> topics(Path folder, Shape shape) throws InvalidSite {
    Site site = SiteReader.readSettings(folder);
    List<TopicCatalogue.Pool> pools =
        site.pools().values().stream()
            .map(pool ->
                new TopicCatalogue.Pool(
                    pool.name(),
                    site.schedule(pool).delays(),
                    site.delivery().lending().slots(),
                    site.delivery().ownLanes()))
            .toList();
    return TopicCatalogue.of(shape, pools, site.schedule().delays());
  }
}
