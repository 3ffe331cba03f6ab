package io.saddlebag.app.config;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The real devices of the node whose home folder this is. */
public final class DevicesFile {
    /** Below the home folder. */
    public static final String PLACE = "config/devices.yaml";

    private DevicesFile() {}

    /**
     * A node without the file has no real devices.
     *
     * @param taken names of libraries that the node has already
     * @throws BackupException {@link ConfigFault#MALFORMED}, naming file, line and what is valid
     */
    public static DevicesConfig read(Path home, Set<String> taken) throws IOException {
        Path file = home.toAbsolutePath().normalize().resolve(PLACE);
        try {
            CheckedYaml yaml = CheckedYaml.of(file);
            DevicesConfig devices = yaml.as(DevicesConfig.class).orElse(DevicesConfig.NONE);
            check(devices, taken, yaml);
            return devices;
        } catch (NoSuchFileException e) {
            return DevicesConfig.NONE;
        }
    }

    private static void check(DevicesConfig devices, Set<String> taken, CheckedYaml yaml) throws IOException {
        Map<String, String> serials = new HashMap<>();
        Map<String, String> addresses = new HashMap<>();
        Map<String, String> users = new HashMap<>();
        for (Map.Entry<String, DriveConfig> each : devices.drives().entrySet()) {
            String at = "/drives/" + each.getKey();
            unique(serials, each.getValue().serial(), at + "/serial", "serial number", yaml);
            attachments(addresses, each.getValue().attachments(), at, yaml);
        }
        for (Map.Entry<String, RobotConfig> each : devices.libraries().entrySet()) {
            String at = "/libraries/" + each.getKey();
            if (taken.contains(each.getKey())) {
                throw yaml.wrong(at, "there is a library of this name in " + ConfigFile.PLACE + " already");
            }
            unique(serials, each.getValue().serial(), at + "/serial", "serial number", yaml);
            attachments(addresses, each.getValue().attachments(), at, yaml);
            for (String drive : each.getValue().drives()) {
                if (!devices.drives().containsKey(drive)) {
                    throw yaml.wrong(
                            at + "/drives",
                            "there is no drive '" + drive + "'; there are "
                                    + devices.drives().keySet());
                }
                unique(users, drive, at + "/drives", "drive", yaml);
            }
        }
    }

    private static void attachments(
            Map<String, String> addresses, List<AttachmentConfig> attachments, String at, CheckedYaml yaml)
            throws IOException {
        for (AttachmentConfig attachment : attachments) {
            String host = attachment.host() == null ? "" : " on " + attachment.host();
            unique(addresses, attachment.address() + host, at + "/attachments", "attachment", yaml);
        }
    }

    private static void unique(
            Map<String, String> seen,
            @org.jspecify.annotations.Nullable String value,
            String pointer,
            String what,
            CheckedYaml yaml)
            throws IOException {
        if (value == null) {
            return;
        }
        String before = seen.putIfAbsent(value, pointer);
        if (before != null) {
            String device = before.split("/")[2];
            throw yaml.wrong(pointer, what + " " + value + " belongs to " + device + " already");
        }
    }
}
