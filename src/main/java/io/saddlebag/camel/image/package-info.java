/** Images of disks as a URI scheme: {@code image:data} makes the body an image of the disks that the job has a snapshot of. */
@NullMarked
package io.saddlebag.camel.image;

import org.jspecify.annotations.NullMarked;
