package io.saddlebag.app;

import io.saddlebag.node.FoundDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Drives and libraries that the kernel knows, by what it tells of them; nothing is sent to any. */
final class AttachedDevices {
    private static final int TAPE = 1;
    private static final int CHANGER = 8;
    private static final int VPD_HEADER = 4;

    private final Path generic;

    /** @param sys usually /sys */
    AttachedDevices(Path sys) {
        this.generic = sys.resolve("class/scsi_generic");
    }

    /** In the kernel's order; several ways to one device, by its serial number, are one device. */
    List<FoundDevice> list() throws IOException {
        if (!Files.isDirectory(generic)) {
            return List.of();
        }
        List<Path> nodes = new ArrayList<>();
        try (DirectoryStream<Path> each = Files.newDirectoryStream(generic)) {
            each.forEach(nodes::add);
        }
        nodes.sort(java.util.Comparator.comparingInt(AttachedDevices::number));
        FoundDevices found = new FoundDevices();
        for (Path node : nodes) {
            device(node).ifPresent(found::add);
        }
        return found.list();
    }

    private static Optional<FoundDevice> device(Path node) throws IOException {
        Path device = node.resolve("device");
        String type = text(device.resolve("type"));
        if (!type.equals(String.valueOf(TAPE)) && !type.equals(String.valueOf(CHANGER))) {
            return Optional.empty();
        }
        String model = (text(device.resolve("vendor")) + " " + text(device.resolve("model"))).strip();
        return Optional.of(new FoundDevice(
                type.equals(String.valueOf(TAPE)) ? FoundDevice.Kind.DRIVE : FoundDevice.Kind.LIBRARY,
                List.of("sg: /dev/" + node.getFileName()),
                model,
                serial(device.resolve("vpd_pg80"))));
    }

    private static String serial(Path page) throws IOException {
        if (!Files.isReadable(page)) {
            return "";
        }
        byte[] bytes = Files.readAllBytes(page);
        if (bytes.length <= VPD_HEADER) {
            return "";
        }
        int length = Math.min(bytes[3] & 0xff, bytes.length - VPD_HEADER);
        return new String(bytes, VPD_HEADER, length, StandardCharsets.ISO_8859_1)
                .replace("\0", "")
                .strip();
    }

    private static String text(Path file) throws IOException {
        return Files.isReadable(file)
                ? Files.readString(file, StandardCharsets.ISO_8859_1).strip()
                : "";
    }

    private static int number(Path node) {
        String digits = String.valueOf(node.getFileName()).replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }
}
