package postbus.cli;

import java.nio.file.Path;
import java.util.List;
import postbus.log.LogSettings.Shape;
import postbus.log.TopicCatalogue;
import postbus.log.TopicSpec;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.SiteReader;

/** What a site needs of the log. */
final class SiteNeeds {
  private SiteNeeds() {}

  /** The topics of the site's stages: its pools, and the delays of its schedule. */
  static List<TopicSpec> topics(Path folder, Shape shape) throws InvalidSite {
    Site site = SiteReader.read(folder);
    return TopicCatalogue.of(shape, site.pools().keySet(), site.schedule().delays());
  }
}
