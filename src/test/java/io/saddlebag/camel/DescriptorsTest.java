package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the build writes for tools: without the configurers options don't work, without the JSON nobody finds them. */
class DescriptorsTest {
    @ParameterizedTest
    @Tag("E3")
    @CsvSource({
        "job, Job, action task user overlap job limit",
        "database, Database, name operation timeout startTimeout lease",
        "snapshot, Snapshot, action provider paths database",
        "backup, Backup, name compression",
        "image, Image, name level blocks compression",
        "tape, Tape, library family",
        "pool, Pool, pool family operation",
        "library, Library, library operation from to cartridge family volume owner evenIfInUse breakChain",
        "catalog, Catalog, action backup name path limit user",
        "restore, Restore, name backup asOf database to existing objects disk source overwrite user dryRun",
        "group, Group, name operation library pool family provider compression encrypt overlap point",
    })
    void each_scheme_has_descriptor_configurers_and_uri_factory(String scheme, String name, String options)
            throws Exception {
        String packaged = "io.saddlebag.camel." + scheme;
        JsonNode descriptor = json("/META-INF/" + packaged.replace('.', '/') + "/" + scheme + ".json");

        assertThat(names(descriptor.get("properties"))).contains(options.split(" "));
        for (JsonNode option : descriptor.get("properties")) {
            assertThat(option.get("description").asText()).as(option.toString()).isNotBlank();
        }
        assertThat(names(descriptor.get("componentProperties"))).contains("node");
        assertThat(descriptor.at("/component/firstVersion").asText()).isEqualTo("0.1.0");
        for (String generated : List.of("ComponentConfigurer", "EndpointConfigurer", "EndpointUriFactory")) {
            assertThat(Class.forName(packaged + "." + name + generated)).isNotNull();
        }
    }

    @ParameterizedTest
    @Tag("E3")
    @CsvSource({"job", "database", "snapshot", "backup", "image", "tape", "pool", "catalog", "restore", "group"})
    void each_header_is_described_and_can_t_come_from_outside(String scheme) throws Exception {
        JsonNode headers = json("/META-INF/io/saddlebag/camel/" + scheme + "/" + scheme + ".json")
                .get("headers");

        assertThat(names(headers)).isNotEmpty().allMatch(header -> header.startsWith("CamelSaddlebag"));
        for (JsonNode header : headers) {
            assertThat(header.get("description").asText()).isNotBlank();
        }
    }

    private static JsonNode json(String resource) throws IOException {
        try (InputStream in = DescriptorsTest.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new ObjectMapper().readTree(in);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
