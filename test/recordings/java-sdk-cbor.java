import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * The origin of java-sdk-cbor.json. Without arguments, prints request bodies, written by the calls
 * that SdkJsonGenerator and SdkCborGenerator of the Java SDK 2 make on Jackson's CBORGenerator.
 * With the hex of a response, prints the tokens that Jackson's CBORParser reads in it.
 *
 * In Debian 12: apt-get install openjdk-17-jdk-headless libjackson2-dataformat-cbor, then
 * java -cp '/usr/share/java/*' test/recordings/java-sdk-cbor.java
 */
class JavaSdkCbor {
  interface Members {
    void write(CBORGenerator out) throws Exception;
  }

  static void print(String operation, Members members) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CBORGenerator out = new CBORFactory().createGenerator(bytes);
    out.writeStartObject();
    members.write(out);
    out.writeEndObject();
    out.close();
    System.out.println(operation + " " + HexFormat.of().formatHex(bytes.toByteArray()));
  }

  static void time(CBORGenerator out, String name, long epochMs) throws Exception {
    out.writeFieldName(name);
    out.writeTag(1);
    out.writeNumber(epochMs);
  }

  static void blob(CBORGenerator out, String name, byte[] bytes) throws Exception {
    out.writeFieldName(name);
    out.writeBinary(bytes);
  }

  static void writeBodies() throws Exception {
    print("CreateStream", out -> {
      out.writeStringField("StreamName", "orders");
      out.writeNumberField("ShardCount", 1);
    });
    print("PutRecord", out -> {
      out.writeStringField("StreamName", "orders");
      blob(out, "Data", new byte[] {0, (byte) 0xff, 0x61});
      out.writeStringField("PartitionKey", "größe");
    });
    print("PutRecords", out -> {
      out.writeFieldName("Records");
      out.writeStartArray();
      for (int i = 0; i < 2; i++) {
        out.writeStartObject();
        blob(out, "Data", new byte[i * 30]);
        out.writeStringField("PartitionKey", "k".repeat(1 + i * 29));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeStringField("StreamName", "orders");
    });
    print("GetShardIterator", out -> {
      out.writeStringField("StreamName", "orders");
      out.writeStringField("ShardId", "shardId-000000000000");
      out.writeStringField("ShardIteratorType", "AT_TIMESTAMP");
      time(out, "Timestamp", 1767614399999L);
    });
    // The test puts its own iterator in the place of the As.
    print("GetRecords", out -> {
      out.writeStringField("ShardIterator", "A".repeat(83));
      out.writeNumberField("Limit", 10000);
    });
    print("ListShards", out -> {
      out.writeStringField("StreamName", "orders");
      out.writeFieldName("ShardFilter");
      out.writeStartObject();
      out.writeStringField("Type", "FROM_TIMESTAMP");
      time(out, "Timestamp", 1767614400000L);
      out.writeEndObject();
    });
    // Jackson writes a long text in chunks.
    print("PutResourcePolicy", out -> {
      out.writeStringField("ResourceARN", "arn:aws:kinesis:us-east-1:123456789012:stream/orders");
      out.writeStringField("Policy", "{" + " ".repeat(4100) + "}");
    });
  }

  static void readBody(byte[] bytes) throws Exception {
    CBORParser parser = new CBORFactory().createParser(bytes);
    StringBuilder tokens = new StringBuilder();
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      String text = switch (token) {
        case FIELD_NAME -> parser.getText() + ":";
        case VALUE_STRING -> "'" + parser.getText() + "'";
        case VALUE_NUMBER_INT -> "long " + parser.getLongValue();
        case VALUE_EMBEDDED_OBJECT -> "bytes " + HexFormat.of().formatHex(parser.getBinaryValue());
        default -> token.asString() == null ? token.name() : token.asString();
      };
      tokens.append(tokens.isEmpty() ? "" : " ").append(text);
    }
    System.out.println(tokens);
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) writeBodies();
    for (String hex : arguments) readBody(HexFormat.of().parseHex(hex));
  }
}
