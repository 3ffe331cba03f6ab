package io.saddlebag.app;

import io.saddlebag.node.FoundDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Devices in the order in which they were found; several ways to one, by its serial number, are one device. */
final class FoundDevices {
    private final Map<String, FoundDevice> found = new LinkedHashMap<>();

    void add(FoundDevice device) {
        String key = device.serial().isEmpty()
                ? String.join(" ", device.attachments())
                : device.kind() + " " + device.model() + " " + device.serial();
        found.merge(key, device, FoundDevices::both);
    }

    List<FoundDevice> list() {
        return List.copyOf(found.values());
    }

    private static FoundDevice both(FoundDevice one, FoundDevice other) {
        List<String> ways = new ArrayList<>(one.attachments());
        other.attachments().stream().filter(way -> !ways.contains(way)).forEach(ways::add);
        return new FoundDevice(
                one.kind(),
                ways,
                one.model(),
                one.serial(),
                one.drives().isEmpty() ? other.drives() : one.drives(),
                one.quirks().isEmpty() ? other.quirks() : one.quirks());
    }
}
