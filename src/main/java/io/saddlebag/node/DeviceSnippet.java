package io.saddlebag.node;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What was found, as a config/devices.yaml that can be used as it is (M18). */
public final class DeviceSnippet {
    private DeviceSnippet() {}

    public static String of(List<FoundDevice> found) {
        StringBuilder yaml = new StringBuilder();
        List<FoundDevice> drives = of(found, FoundDevice.Kind.DRIVE);
        List<FoundDevice> libraries = of(found, FoundDevice.Kind.LIBRARY);
        append(yaml, "drives", "drive", drives, "");
        String all = IntStream.rangeClosed(1, drives.size())
                .mapToObj(i -> "drive" + i)
                .collect(Collectors.joining(", "));
        append(yaml, "libraries", "library", libraries, "    drives: [" + all + "]\n");
        return yaml.toString();
    }

    private static List<FoundDevice> of(List<FoundDevice> found, FoundDevice.Kind kind) {
        return found.stream().filter(each -> each.kind() == kind).toList();
    }

    private static void append(StringBuilder yaml, String group, String name, List<FoundDevice> devices, String more) {
        if (devices.isEmpty()) {
            return;
        }
        yaml.append(group).append(":\n");
        int number = 0;
        for (FoundDevice each : devices) {
            number++;
            yaml.append("  ").append(name).append(number).append(":");
            yaml.append(each.model().isBlank() ? "" : "  # " + each.model()).append('\n');
            if (!each.serial().isEmpty()) {
                yaml.append("    serial: ").append(quoted(each.serial())).append('\n');
            }
            yaml.append("    attachments: [")
                    .append(each.attachments().stream()
                            .map(attachment -> "{ " + attachment + " }")
                            .collect(Collectors.joining(", ")))
                    .append("]\n")
                    .append(more);
        }
    }

    /** A serial number of digits must stay text. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
