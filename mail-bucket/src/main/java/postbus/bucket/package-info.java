/** Where large contents are: in a folder, or in a bucket of S3. */
@NullMarked
package postbus.bucket;

import org.jspecify.annotations.NullMarked;
