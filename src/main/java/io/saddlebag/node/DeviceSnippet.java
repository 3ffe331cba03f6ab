package io.saddlebag.node;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What was found, as a config/devices.yaml that can be used as it is (M18). */
public final class DeviceSnippet {
    private DeviceSnippet() {}

    /** Empty when nothing can be configured. */
    public static String of(List<FoundDevice> found) {
        Map<String, FoundDevice> drives = named("drive", found, FoundDevice.Kind.DRIVE);
        Map<String, FoundDevice> libraries = named("library", found, FoundDevice.Kind.LIBRARY);
        StringBuilder yaml = new StringBuilder();
        heading(yaml, "drives", drives);
        drives.forEach((name, drive) -> append(yaml, name, drive));
        heading(yaml, "libraries", libraries);
        Set<String> placed = new HashSet<>();
        Set<String> certain = certain(libraries.values());
        libraries.forEach((name, library) -> {
            append(yaml, name, library);
            yaml.append("    drives: [")
                    .append(String.join(", ", drivesOf(library, drives, certain, placed)))
                    .append("]\n");
        });
        return yaml.toString();
    }

    private static Map<String, FoundDevice> named(String name, List<FoundDevice> found, FoundDevice.Kind kind) {
        Map<String, FoundDevice> named = new LinkedHashMap<>();
        found.stream().filter(each -> each.kind() == kind).forEach(each -> named.put(name + (named.size() + 1), each));
        return named;
    }

    private static void heading(StringBuilder yaml, String group, Map<String, FoundDevice> devices) {
        yaml.append(devices.isEmpty() ? "" : group + ":\n");
    }

    /** Serial numbers of drives of which a library says that they stand in it. */
    private static Set<String> certain(Iterable<FoundDevice> libraries) {
        Set<String> serials = new HashSet<>();
        for (FoundDevice library : libraries) {
            library.drives().stream().map(FoundDevice.Place::serial).forEach(serials::add);
        }
        return serials;
    }

    /** Those that it names; and as long as it leaves it open who stands somewhere, those of which nobody knows better. */
    private static List<String> drivesOf(
            FoundDevice library, Map<String, FoundDevice> drives, Set<String> certain, Set<String> placed) {
        boolean open = library.drives().isEmpty()
                || library.drives().stream().anyMatch(place -> place.serial().isEmpty());
        Set<String> own =
                library.drives().stream().map(FoundDevice.Place::serial).collect(Collectors.toSet());
        List<String> names = new ArrayList<>();
        drives.forEach((name, drive) -> {
            boolean known = !drive.serial().isEmpty() && certain.contains(drive.serial());
            boolean here = known ? own.contains(drive.serial()) : open;
            if (here && placed.add(name)) {
                names.add(name);
            }
        });
        return names;
    }

    private static void append(StringBuilder yaml, String name, FoundDevice each) {
        yaml.append("  ").append(name).append(":");
        yaml.append(each.model().isBlank() ? "" : "  # " + each.model()).append('\n');
        if (!each.serial().isEmpty()) {
            yaml.append("    serial: ").append(quoted(each.serial())).append('\n');
        }
        yaml.append("    attachments: [")
                .append(each.attachments().stream()
                        .map(attachment -> "{ " + attachment + " }")
                        .collect(Collectors.joining(", ")))
                .append("]\n");
        if (!each.quirks().isEmpty()) {
            yaml.append("    quirks: [")
                    .append(String.join(", ", each.quirks()))
                    .append("]\n");
        }
    }

    /** A serial number of digits must stay text. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
