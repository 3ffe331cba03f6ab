package io.saddlebag.snapshot.lvm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.lvm.LogicalVolume.Validity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The report of {@code lvs} as JSON (lvmreport(7)); with {@code --binary} yes is 1, no is 0 and unknown is -1. */
final class VolumeReport {
    static final List<String> ARGUMENTS = List.of(
            "lvs",
            "--reportformat",
            "json",
            "--binary",
            "--units",
            "b",
            "--nosuffix",
            "--options",
            "vg_name,lv_name,lv_uuid,lv_path,lv_kernel_major,lv_kernel_minor,origin,pool_lv,lv_size,vg_free,"
                    + "data_percent,lv_snapshot_invalid,lv_health_status,lv_tags");

    /** What our snapshots are marked with; nothing else is ever removed. */
    static final String TAG = "saddlebag";

    private static final JsonMapper JSON = new JsonMapper();

    private VolumeReport() {}

    /**
     * @param lines warnings may stand before and behind the report
     * @throws BackupException {@link SnapshotFault#FAILED} when it is no such report
     */
    static List<LogicalVolume> parse(List<String> lines) throws BackupException {
        int first = 0;
        while (first < lines.size() && !lines.get(first).strip().startsWith("{")) {
            first++;
        }
        int end = lines.size();
        while (end > first && !lines.get(end - 1).strip().endsWith("}")) {
            end--;
        }
        try {
            JsonNode report =
                    JSON.readTree(String.join("\n", lines.subList(first, end))).path("report");
            if (!report.isArray()
                    || report.isEmpty()
                    || !report.get(0).path("lv").isArray()) {
                throw malformed("it holds no list of volumes", null);
            }
            List<LogicalVolume> volumes = new ArrayList<>();
            for (JsonNode part : report) {
                for (JsonNode each : part.path("lv")) {
                    volumes.add(volume(each));
                }
            }
            return volumes;
        } catch (JsonProcessingException | NumberFormatException e) {
            throw malformed(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private static LogicalVolume volume(JsonNode row) throws BackupException {
        String used = text(row, "data_percent");
        return new LogicalVolume(
                text(row, "vg_name"),
                text(row, "lv_name"),
                text(row, "lv_uuid"),
                text(row, "lv_path"),
                text(row, "lv_kernel_major") + ":" + text(row, "lv_kernel_minor"),
                text(row, "origin"),
                text(row, "pool_lv"),
                Long.parseLong(text(row, "lv_size")),
                Long.parseLong(text(row, "vg_free")),
                used.isEmpty() ? -1 : Double.parseDouble(used),
                switch (text(row, "lv_snapshot_invalid")) {
                    case "0" -> Validity.VALID;
                    case "1" -> Validity.INVALID;
                    default -> Validity.UNKNOWN;
                },
                text(row, "lv_health_status"),
                Arrays.asList(text(row, "lv_tags").split(",")).contains(TAG));
    }

    private static String text(JsonNode row, String column) throws BackupException {
        JsonNode value = row.get(column);
        if (value == null || !value.isTextual()) {
            throw malformed("a volume has no " + column, null);
        }
        return value.textValue();
    }

    private static BackupException malformed(String reason, @Nullable Throwable cause) {
        return new BackupException(
                SnapshotFault.FAILED,
                "the report of lvs was not understood: " + reason,
                "Compare 'lvm version' with 2.02.158, the first that reports as JSON.",
                cause);
    }
}
