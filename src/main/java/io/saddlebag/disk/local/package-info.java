/** Block devices and files of this machine as disks. */
@NullMarked
package io.saddlebag.disk.local;

import org.jspecify.annotations.NullMarked;
