package io.saddlebag.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.PoolFile;
import io.saddlebag.protection.Owner;
import io.saddlebag.volume.ImageToStore;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside a section in a pool, for people and for those who have no catalog (docs/formats/pool.md). The image
 * itself says more and proves itself; where they disagree, the image is right.
 *
 * @param owner whose it is; whoever wrote it where nothing was said
 * @param protection who may do what with it; null where nothing was said (M29)
 * @param last whether the image ends with this section
 */
public record PoolLabel(
        String image,
        String name,
        String job,
        String owner,
        @Nullable String protection,
        String host,
        Instant created,
        List<String> layers,
        @Nullable String family,
        int section,
        boolean last,
        long bytes,
        long crc32c,
        @Nullable Instant expires) {
    static final int VERSION = 1;

    /** Bytes; a longer one isn't ours. */
    static final int LONGEST_BYTES = 64 * 1024;

    private static final String FORMAT = "saddlebag-pool-section";
    private static final int HEX = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    public PoolLabel {
        layers = List.copyOf(layers);
    }

    static PoolLabel of(ImageToStore image, PoolTerms terms, PoolFile file, boolean last) {
        Owner owner = terms.rights().owner();
        return new PoolLabel(
                image.imageId(),
                image.name(),
                image.job(),
                owner == null ? image.owner() : owner.toString(),
                terms.rights().isSaid() ? terms.rights().protectionOrDefault().toString() : null,
                image.host(),
                image.created(),
                image.layers(),
                terms.folder(),
                file.section(),
                last,
                file.bytes(),
                file.crc32c(),
                file.expires());
    }

    /** As it is when the file beside it has another header. */
    PoolLabel renewed(PoolFile file, List<String> renewedLayers) {
        return new PoolLabel(
                image,
                name,
                job,
                owner,
                protection,
                host,
                created,
                renewedLayers,
                family,
                section,
                last,
                file.bytes(),
                file.crc32c(),
                expires);
    }

    byte[] toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT).put("version", VERSION).put("image", image).put("name", name);
        json.put("job", job).put("owner", owner).put("host", host).put("created", created.toString());
        if (protection != null) {
            json.put("protection", protection);
        }
        layers.forEach(json.putArray("layers")::add);
        if (family != null) {
            json.put("family", family);
        }
        json.put("section", section).put("last", last).put("bytes", bytes).put("crc32c", hex(crc32c));
        if (expires != null) {
            json.put("expires", expires.toString());
        }
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings is always JSON", e);
        }
    }

    /** @throws BackupException {@link PoolFault#FOREIGN} when it is no label of ours */
    static PoolLabel parse(byte[] bytes, String path) throws BackupException {
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json == null || !FORMAT.equals(json.path("format").asText())) {
                throw foreign(path, "is not of the format " + FORMAT, null);
            }
            if (json.path("version").asInt(0) != VERSION) {
                throw foreign(path, "has a version that is not known", null);
            }
            List<String> layers = new ArrayList<>();
            json.path("layers").forEach(layer -> layers.add(text(layer, "layers")));
            return new PoolLabel(
                    textOf(json, "image"),
                    textOf(json, "name"),
                    textOf(json, "job"),
                    textOf(json, "owner"),
                    json.hasNonNull("protection") ? textOf(json, "protection") : null,
                    textOf(json, "host"),
                    Instant.parse(textOf(json, "created")),
                    layers,
                    json.hasNonNull("family") ? textOf(json, "family") : null,
                    (int) number(json, "section", Integer.MAX_VALUE),
                    json.path("last").asBoolean(false),
                    number(json, "bytes", Long.MAX_VALUE),
                    Integer.toUnsignedLong(Integer.parseUnsignedInt(textOf(json, "crc32c"), HEX)),
                    json.hasNonNull("expires") ? Instant.parse(textOf(json, "expires")) : null);
        } catch (BackupException e) {
            throw e;
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            throw foreign(path, "can't be read: " + e.getMessage(), e);
        }
    }

    static String hex(long crc32c) {
        return String.format(java.util.Locale.ROOT, "%08x", crc32c);
    }

    private static String textOf(JsonNode json, String key) {
        return text(json.path(key), key);
    }

    private static String text(JsonNode value, String key) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException("it has no text '" + key + "'");
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String key, long most) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 0
                || value.longValue() > most) {
            throw new IllegalArgumentException("it has no number '" + key + "' of 0 to " + most);
        }
        return value.longValue();
    }

    private static BackupException foreign(String path, String what, @Nullable Exception cause) {
        return new BackupException(
                PoolFault.FOREIGN,
                "label " + path + " " + what,
                "The image beside it explains itself: 'saddlebag catalog import' reads it in.",
                cause);
    }
}
