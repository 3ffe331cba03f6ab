package io.saddlebag.architecture.planted.image;

class KnowsCamel {
    Object body(org.apache.camel.Exchange exchange) {
        return exchange.getMessage().getBody();
    }
}
