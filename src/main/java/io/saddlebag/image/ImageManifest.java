package io.saddlebag.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an image says of itself in its first member, {@code .saddlebag/image.json}.
 *
 * @param image the image's id, as in the media's labels
 * @param name of the dataset or database
 * @param database null for plain files
 * @param at the instant whose state the image holds
 * @param created when writing began
 * @param consistency the snapshot's, as an upper-case word
 * @param layers from the inside to the outside
 * @param facts further facts that a catalog keeps, by name
 * @param tool program and version
 */
public record ImageManifest(
        String image,
        String name,
        @Nullable String database,
        String host,
        String job,
        Instant at,
        Instant created,
        String consistency,
        List<String> layers,
        Map<String, String> facts,
        String tool) {
    /** The version of the format that is written, and the newest that is read. */
    public static final int FORMAT_VERSION = 1;

    /** Bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final String FORMAT = "saddlebag-image";
    private static final ObjectMapper JSON = new ObjectMapper();

    public ImageManifest {
        layers = List.copyOf(layers);
        facts = Map.copyOf(facts);
    }

    byte[] toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT)
                .put("version", FORMAT_VERSION)
                .put("image", image)
                .put("name", name);
        if (database != null) {
            json.put("database", database);
        }
        json.put("host", host).put("job", job).put("at", at.toString()).put("created", created.toString());
        json.put("consistency", consistency);
        layers.forEach(json.putArray("layers")::add);
        ObjectNode kept = json.putObject("facts");
        new TreeMap<>(facts).forEach(kept::put);
        json.put("tool", tool);
        try {
            byte[] line = JSON.writeValueAsBytes(json);
            byte[] bytes = Arrays.copyOf(line, line.length + 1);
            bytes[line.length] = '\n';
            return bytes;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings is always JSON", e);
        }
    }

    static ImageManifest parse(byte[] bytes) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (IOException e) {
            // not only of parsing: a wrong character encoding, too
            throw bad("is no JSON", e);
        }
        if (json == null || !FORMAT.equals(json.path("format").asText())) {
            throw bad("is not of the format " + FORMAT, null);
        }
        int version = json.path("version").asInt(0);
        if (version > FORMAT_VERSION) {
            throw new ImageException(
                    ImageFault.NEWER_FORMAT,
                    "the image has format version " + version + ", and versions up to " + FORMAT_VERSION + " are known",
                    "Read it with the version that wrote it or a newer one, or with tar.");
        }
        if (version < 1) {
            throw bad("has no version", null);
        }
        List<String> layers = new ArrayList<>();
        json.path("layers").forEach(layer -> layers.add(layer.asText()));
        Map<String, String> facts = new TreeMap<>();
        json.path("facts")
                .properties()
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
        return new ImageManifest(
                text(json, "image"),
                text(json, "name"),
                json.hasNonNull("database") ? text(json, "database") : null,
                text(json, "host"),
                text(json, "job"),
                time(json, "at"),
                time(json, "created"),
                text(json, "consistency"),
                layers,
                facts,
                text(json, "tool"));
    }

    private static String text(JsonNode json, String key) throws ImageException {
        JsonNode value = json.path(key);
        if (!value.isTextual()) {
            throw bad("has no text '" + key + "'", null);
        }
        return value.textValue();
    }

    private static Instant time(JsonNode json, String key) throws ImageException {
        try {
            return Instant.parse(text(json, key));
        } catch (DateTimeException e) {
            throw bad("has no time '" + key + "'", e);
        }
    }

    private static ImageException bad(String what, @Nullable Throwable cause) {
        return new ImageException(
                ImageFault.BAD_MANIFEST,
                MemberName.MANIFEST + " " + what,
                "Read another copy of the image, or extract this one with tar.",
                cause);
    }
}
