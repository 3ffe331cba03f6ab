package io.saddlebag.scsi.iscsi;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to log in.
 *
 * @param initiator this host's iSCSI name, which targets may filter by; 1 to 223 bytes
 * @param chap null when the target asks for nobody
 * @param timeout for the connection, the login and the first INQUIRY together
 */
public record IscsiLogin(
        IscsiAddress address, String initiator, @Nullable ChapLogin chap, Duration timeout) {
    private static final Pattern NAME = Pattern.compile("(iqn|eui|naa)\\.[A-Za-z0-9.:_-]{1,219}");

    public IscsiLogin {
        if (!NAME.matcher(initiator).matches()) {
            throw new IllegalArgumentException("'" + initiator
                    + "' is no initiator name: iqn., eui. or naa. and at most 223 letters, digits and .:-_");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a time-out of " + timeout + " for the login");
        }
    }
}
