package io.saddlebag.scsi.iscsi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a session begins.
 *
 * @param portal as libiscsi takes it
 * @param target null for a discovery session
 * @param chap null when nobody is asked for
 * @param timeout for messages
 */
record SessionLogin(
        String portal, @Nullable String target, @Nullable ChapLogin chap, Duration timeout) {}
