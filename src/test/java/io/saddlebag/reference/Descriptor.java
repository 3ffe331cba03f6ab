package io.saddlebag.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.StreamSupport;

/** What the build tells tools about one scheme. */
record Descriptor(String scheme, JsonNode json) {
    private static final String COMPONENTS = "/META-INF/services/org/apache/camel/component.properties";

    /** Of all schemes that the jar announces, by name. */
    static List<Descriptor> all() throws IOException {
        Properties announced = new Properties();
        try (InputStream in = open(COMPONENTS)) {
            announced.load(in);
        }
        List<Descriptor> found = new ArrayList<>();
        for (String scheme : announced.getProperty("components").split(" ")) {
            try (InputStream in = open("/META-INF/io/saddlebag/camel/" + scheme + "/" + scheme + ".json")) {
                found.add(new Descriptor(scheme, new ObjectMapper().readTree(in)));
            }
        }
        found.sort(java.util.Comparator.comparing(Descriptor::scheme));
        return found;
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(Descriptor.class.getResourceAsStream(resource), resource);
    }

    String component(String field) {
        return json.at("/component/" + field).asText();
    }

    List<Entry> headers() {
        return entries("headers");
    }

    List<Entry> componentOptions() {
        return entries("componentProperties");
    }

    List<Entry> endpointOptions() {
        return entries("properties");
    }

    private List<Entry> entries(String of) {
        List<Entry> entries = new ArrayList<>();
        json.path(of).properties().forEach(field -> entries.add(Entry.of(field.getKey(), field.getValue())));
        return entries;
    }

    /** An option or a header. Equal ones of two schemes mean the same. */
    record Entry(
            String name,
            String kind,
            String type,
            List<String> values,
            boolean required,
            String standard,
            String label,
            String description) {
        private static Entry of(String name, JsonNode json) {
            return new Entry(
                    name,
                    json.path("kind").asText(),
                    type(json),
                    StreamSupport.stream(json.path("enum").spliterator(), false)
                            .map(JsonNode::asText)
                            .toList(),
                    json.path("required").asBoolean(),
                    json.path("defaultValue").asText(),
                    json.path("label").asText(),
                    json.path("description").asText());
        }

        private static String type(JsonNode json) {
            String javaType = json.path("javaType").asText();
            return json.path("type").asText().equals("enum")
                    ? "enum"
                    : javaType.substring(javaType.lastIndexOf('.') + 1);
        }
    }
}
