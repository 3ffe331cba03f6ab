package io.saddlebag.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.fault.BackupException;
import io.saddlebag.librarian.Piece;
import io.saddlebag.librarian.PieceFault;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code piece:} in routes. */
@Tag("M26")
class PieceEndpointTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        template.close();
        context.stop();
        node.close();
    }

    private Exchange send(String uri, String body) {
        return template.send(
                uri, exchange -> exchange.getMessage().setBody(new ByteArrayInputStream(body.getBytes(UTF_8))));
    }

    private String read(String uri) {
        return template.requestBody(uri, "", String.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool=disk", "library=vault&family=nightly"})
    void a_body_goes_in_and_comes_back(String place) {
        Exchange put = send("piece:orders/1?" + place, "the content");
        assertThat(put.getException()).isNull();
        Map<String, Object> headers = put.getMessage().getHeaders();
        assertThat(headers)
                .containsEntry(SaddlebagHeaders.BACKUP_ID, 1L)
                .containsKeys(SaddlebagHeaders.BYTES, SaddlebagHeaders.VOLUMES);

        assertThat(read("piece:orders/1?operation=get")).isEqualTo("the content");
        List<?> all = template.requestBody("piece:any?operation=ls", "", List.class);
        assertThat(all).hasSize(1);
        assertThat(((Piece) all.get(0)).name()).hasToString("orders/1");

        assertThat(fault(send("piece:orders/1?" + place, "other"))).isEqualTo(PieceFault.EXISTS.id());
        assertThat(send("piece:orders/1?operation=rm", "").getException()).isNull();
        assertThat(fault(send("piece:orders/1?operation=rm", ""))).isEqualTo(PieceFault.NO_SUCH_PIECE.id());
        assertThat(fault(send("piece:orders/1?operation=get", ""))).isEqualTo(PieceFault.NO_SUCH_PIECE.id());
        assertThat(send("piece:orders/1?" + place, "other").getException()).isNull();
        assertThat(send("piece:orders/1?acceptSame=true&" + place, "other").getException())
                .isNull();
    }

    /** Core exceptions arrive unwrapped. */
    private static String fault(Exchange exchange) {
        return ((BackupException) exchange.getException()).codeId();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rewind=true", "density=LTO3", "label=TAPE01", "format=new_tape", "drives=2", "owner=jane"})
    @Tag("J9")
    void options_of_devices_are_refused_when_the_route_is_loaded(String option) {
        for (String place : List.of("pool=disk", "library=vault")) {
            String conflict =
                    "options 'librarian' and '" + option.substring(0, option.indexOf('=')) + "' can't be used together";
            assertThatThrownBy(() -> context.getEndpoint("piece:a?" + place + "&" + option))
                    .hasStackTraceContaining(conflict);
            assertThatThrownBy(() -> context.getEndpoint("journal:redo?librarian=true&" + place + "&" + option))
                    .hasStackTraceContaining(conflict);
        }
    }

    @Test
    void what_cant_be_is_refused_when_the_route_is_loaded() {
        assertThatThrownBy(() -> context.getEndpoint("piece:a"))
                .hasStackTraceContaining("option pool or option library");
        assertThatThrownBy(() -> context.getEndpoint("piece:a?pool=disk&library=vault"))
                .hasStackTraceContaining("and not both");
        assertThatThrownBy(() -> context.getEndpoint("piece:-a?pool=disk"))
                .hasStackTraceContaining("is not a piece's name");
        assertThatThrownBy(() -> context.getEndpoint("piece:a?pool=disk&compression=best"))
                .hasStackTraceContaining("best");
    }
}
