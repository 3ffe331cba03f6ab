package io.saddlebag.node;

import java.util.List;

/**
 * A drive or library that is attached to this machine, configured or not (M18).
 *
 * @param attachments as config/devices.yaml has them, e.g. {@code sg: /dev/sg3}
 * @param model vendor and product, for people
 * @param serial empty when it tells none
 * @param drives what a library tells of the drives in it; empty for others, and where it wasn't asked
 * @param quirks as config/devices.yaml has them, of devices that are known to need them
 */
public record FoundDevice(
        Kind kind, List<String> attachments, String model, String serial, List<Place> drives, List<String> quirks) {
    /** What it is. */
    public enum Kind {
        DRIVE,
        LIBRARY,
        /** Neither; listed only for portals that were asked. */
        OTHER
    }

    /**
     * A drive's place in a library.
     *
     * @param element e.g. {@code dte1}
     * @param told what the library tells of the drive there, which some cut short; empty when nothing
     * @param serial of the found drive that this is certainly; empty when it is none of them, or not certain
     */
    public record Place(String element, String told, String serial) {}

    public FoundDevice {
        attachments = List.copyOf(attachments);
        drives = List.copyOf(drives);
        quirks = List.copyOf(quirks);
    }

    /** Of which no more is known. */
    public FoundDevice(Kind kind, List<String> attachments, String model, String serial) {
        this(kind, attachments, model, serial, List.of(), List.of());
    }
}
