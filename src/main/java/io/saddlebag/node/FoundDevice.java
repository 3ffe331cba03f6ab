package io.saddlebag.node;

import java.util.List;

/**
 * A drive or library that is attached to this machine, configured or not (M18).
 *
 * @param attachments as config/devices.yaml has them, e.g. {@code sg: /dev/sg3}
 * @param model vendor and product, for people
 * @param serial empty when it tells none
 */
public record FoundDevice(Kind kind, List<String> attachments, String model, String serial) {
    /** What it is. */
    public enum Kind {
        DRIVE,
        LIBRARY
    }

    public FoundDevice {
        attachments = List.copyOf(attachments);
    }
}
