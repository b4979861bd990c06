/**
 * A small internet gateway: answers SSDP searches, describes itself over HTTP, and forwards ports of its
 * public address with nftables when it is asked to (UPnP, WANIPConnection:2).
 *
 * usage: deno run --allow-net --allow-run gateway.ts <address inside> <address that it calls its public one>
 */
import dgram from "node:dgram";

const GROUP = "239.255.255.250";
const SSDP_PORT = 1900;
const HTTP_PORT = 5000;
const DEVICE = "urn:schemas-upnp-org:device:InternetGatewayDevice:2";
const SERVICE = "urn:schemas-upnp-org:service:WANIPConnection:2";
const XML = { headers: { "content-type": "text/xml" } };

const DESCRIPTION = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><device>
  <deviceType>${DEVICE}</deviceType><UDN>uuid:small-gateway</UDN>
  <serviceList><service>
    <serviceType>${SERVICE}</serviceType><serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId>
    <SCPDURL>/scpd.xml</SCPDURL><controlURL>/control</controlURL><eventSubURL>/event</eventSubURL>
  </service></serviceList>
</device></root>`;

/** The answer to an action of the service. */
function answer(action: string, values: string): Response {
  const body = `<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<u:${action}Response xmlns:u="${SERVICE}">${values}</u:${action}Response>
</s:Body></s:Envelope>`;
  return new Response(body, XML);
}

function valueOf(request: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(request)?.[1] ?? "";
}

async function forward(request: string): Promise<Response> {
  const port = valueOf(request, "NewExternalPort");
  const to = `${valueOf(request, "NewInternalClient")}:${valueOf(request, "NewInternalPort")}`;
  const rule = `iifname wan tcp dport ${port} dnat to ${to}`;
  const args = ["add", "rule", "ip", "nat", "incoming", ...rule.split(" ")];
  const { success } = await new Deno.Command("nft", { args }).output();
  if (!success) return new Response("", { status: 500 });
  return answer("AddAnyPortMapping", `<NewReservedPort>${port}</NewReservedPort>`);
}

async function control(request: Request, outside: string): Promise<Response> {
  const action = /#(\w+)"?$/.exec(request.headers.get("soapaction") ?? "")?.[1];
  const body = await request.text();
  switch (action) {
    case "GetExternalIPAddress":
      return answer(action, `<NewExternalIPAddress>${outside}</NewExternalIPAddress>`);
    case "AddAnyPortMapping":
      return await forward(body);
    case "DeletePortMapping":
      return answer(action, "");
    default:
      return new Response("", { status: 500 });
  }
}

function answerSearches(inside: string): void {
  const socket = dgram.createSocket({ type: "udp4", reuseAddr: true });
  socket.on("message", (message: Uint8Array, { address, port }: dgram.RemoteInfo) => {
    const text = new TextDecoder().decode(message);
    if (!text.startsWith("M-SEARCH") || !text.includes(DEVICE)) return;
    const reply = [
      "HTTP/1.1 200 OK",
      "CACHE-CONTROL: max-age=1800",
      "EXT:",
      `LOCATION: http://${inside}:${HTTP_PORT}/description.xml`,
      "SERVER: small/1 UPnP/2.0 gateway/1",
      `ST: ${DEVICE}`,
      `USN: uuid:small-gateway::${DEVICE}`,
      "",
      "",
    ].join("\r\n");
    socket.send(reply, port, address);
  });
  socket.bind(SSDP_PORT, () => socket.addMembership(GROUP, inside));
}

function ready(): void {
  Deno.stdout.writeSync(new TextEncoder().encode("ready\n"));
}

if (import.meta.main) {
  const [inside = "", outside = ""] = Deno.args;
  answerSearches(inside);
  Deno.serve(
    { hostname: inside, port: HTTP_PORT, onListen: ready },
    (request) => {
      const { pathname } = new URL(request.url);
      return pathname === "/control" ? control(request, outside) : new Response(DESCRIPTION, XML);
    },
  );
}
